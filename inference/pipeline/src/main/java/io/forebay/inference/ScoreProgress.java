// SPDX-License-Identifier: Apache-2.0
package io.forebay.inference;

/**
 * How far a scoring run has come.
 *
 * @param rows rows written by this run
 * @param rowsTotal rows of the data set, filters and earlier runs disregarded
 * @param metrics where the time went so far
 */
public record ScoreProgress(long rows, long rowsTotal, RunMetrics metrics) {}
