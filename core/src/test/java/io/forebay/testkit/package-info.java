// SPDX-License-Identifier: Apache-2.0
/** A storage and a format whose data sets live on the heap, with hooks for delays and failures. */
package io.forebay.testkit;
