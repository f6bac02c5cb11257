// SPDX-License-Identifier: Apache-2.0
/** Files that a web server offers, read by ranges. */
package io.forebay.http;
