// SPDX-License-Identifier: Apache-2.0
/** The public API: data sets in, Arrow batches out. */
package io.forebay;
