// SPDX-License-Identifier: Apache-2.0
package io.forebay.inference;

/**
 * How far a scoring run has come.
 *
 * @param rows rows written by this run
 * @param rowsTotal rows of the data set, filters and earlier runs disregarded
 * @param seconds since the run began
 * @param deviceBusy the share of that time in which a model run was in flight
 */
public record ScoreProgress(long rows, long rowsTotal, double seconds, double deviceBusy) {}
