// SPDX-License-Identifier: Apache-2.0
/** Models over batches: binding columns to tensors, running, and writing what comes out. */
package io.forebay.inference;
