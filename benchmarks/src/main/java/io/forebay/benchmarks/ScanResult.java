// SPDX-License-Identifier: Apache-2.0
package io.forebay.benchmarks;

/**
 * What one scan read.
 *
 * @param rowCount rows of the file
 * @param batchCount batches (or row objects) handed over
 * @param touched a value that depends on every buffer read, so that no read can be optimised away; it differs between
 *     contenders
 */
public record ScanResult(long rowCount, long batchCount, long touched) {}
