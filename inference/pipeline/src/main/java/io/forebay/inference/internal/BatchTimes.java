// SPDX-License-Identifier: Apache-2.0
package io.forebay.inference.internal;

import jdk.jfr.Category;
import jdk.jfr.DataAmount;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Timespan;

/** The way of one batch through the model; to the flight recorder, an event. */
@Name("io.forebay.BatchScored")
@Label("Batch Scored")
@Category("Forebay")
@StackTrace(false)
final class BatchTimes extends Event {
    @Label("Rows")
    int rows;

    @Label("First Row")
    long firstRow;

    @Label("Time to Make Features and Tensors")
    @Timespan(Timespan.NANOSECONDS)
    long prepareNanos;

    @Label("Time inside the Engine")
    @Timespan(Timespan.NANOSECONDS)
    long runNanos;

    @Label("Time to Make Columns of the Outputs")
    @Timespan(Timespan.NANOSECONDS)
    long outputNanos;

    @Label("Heap Allocated")
    @DataAmount(DataAmount.BYTES)
    long heapBytes;
}
