// SPDX-License-Identifier: Apache-2.0
/** Objects of S3 and of stores that speak its protocol. */
package io.forebay.s3;
