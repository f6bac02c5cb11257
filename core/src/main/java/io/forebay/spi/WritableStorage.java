// SPDX-License-Identifier: Apache-2.0
package io.forebay.spi;

/** A storage that output can be written to. Thread-safe. */
public interface WritableStorage extends Storage {
    /**
     * Opens a folder for the output of one run. The caller closes it.
     *
     * @param resume whether what lies there stays; otherwise there must be nothing
     * @throws io.forebay.ForebayException of kind {@code usage} when there is something, or another run writes there; of
     *     kind {@code io} when nothing can be written
     */
    OutputFolder openOutput(String location, boolean resume);
}
