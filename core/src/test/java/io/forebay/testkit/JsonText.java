// SPDX-License-Identifier: Apache-2.0
package io.forebay.testkit;

import io.forebay.Batch;
import io.forebay.BatchStream;
import io.forebay.Dataset;
import io.forebay.JsonLines;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** Data sets as text. */
public final class JsonText {
    private JsonText() {}

    /** All rows of {@code dataset}, a JSON object and a line each. */
    public static String of(Dataset dataset) {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        try (BatchStream batches = dataset.stream();
                JsonLines lines = new JsonLines(text)) {
            for (Batch batch : batches) {
                try (batch) {
                    lines.write(batch);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return text.toString(StandardCharsets.UTF_8);
    }
}
