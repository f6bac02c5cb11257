// SPDX-License-Identifier: Apache-2.0
package io.forebay.oracle.parquet;

/** A Parquet INTERVAL: three independent unsigned counts. */
public record Interval(long months, long days, long millis) {}
