// SPDX-License-Identifier: Apache-2.0
/**
 * What tests of formats and storages share: the contract of storages, a web server that misbehaves, and a storage and a
 * format whose data sets live on the heap, with hooks for delays and failures.
 */
package io.forebay.testkit;
