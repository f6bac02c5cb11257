// SPDX-License-Identifier: Apache-2.0
package io.forebay.arrow.internal.meta;

import io.forebay.ForebayException;
import io.forebay.internal.plan.Digest;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.arrow.flatbuf.DictionaryBatch;
import org.apache.arrow.flatbuf.RecordBatch;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;

/** Collects record batches and the dictionaries that they need, message by message. Not thread-safe. */
final class MetadataBuilder {
    /** What all layouts may take of the heap. */
    private static final long HEAP_BYTES_MAX = Runtime.getRuntime().maxMemory() / 4;

    private final Schema schema;

    /** The columns with dictionaries, by the dictionary's identifier. */
    private final Map<Long, Field> encoded = new HashMap<>();

    private final List<RecordBatchUnit> batches = new ArrayList<>();
    private final Digest digest = new Digest();
    private Map<Long, Dictionary> dictionaries = Map.of();
    private long heapBytes;

    MetadataBuilder(Schema schema) {
        this.schema = schema;
        schema.getFields().forEach(this::addEncoded);
    }

    private void addEncoded(Field field) {
        if (field.getDictionary() != null) {
            Field first = encoded.putIfAbsent(field.getDictionary().getId(), field);
            if (first != null && !Dictionary.valuesOf(first, "").equals(Dictionary.valuesOf(field, ""))) {
                throw ForebayException.corrupt("columns that share a dictionary must have its type: columns="
                        + first.getName() + ", " + field.getName());
            }
        }
        field.getChildren().forEach(this::addEncoded);
    }

    /** Adds bytes that tell this file's content from another's. */
    void addIdentity(ByteBuffer metadata) {
        byte[] bytes = new byte[metadata.remaining()];
        metadata.slice().get(bytes);
        digest.add(bytes);
    }

    /** Adds a record batch. */
    void addBatch(IpcMessage message) {
        BatchLayout layout = Flatbuffers.read("a record batch", () -> BatchLayout.of(message.recordBatch(), message));
        layout.requireShape(FieldShape.ofAll(schema.getFields(), layout.unionsHaveValidity()));
        count(layout);
        batches.add(new RecordBatchUnit(schema.getFields(), layout, dictionaries));
    }

    /**
     * Adds a dictionary batch; those of record batches that were added before stay what they are.
     *
     * @param mayReplace whether it may take the place of a dictionary that is there, and not only extend it
     */
    void addDictionary(IpcMessage message, boolean mayReplace) {
        Flatbuffers.read("a dictionary", () -> add(message.dictionary(), message, mayReplace));
    }

    private Dictionary add(DictionaryBatch batch, IpcMessage message, boolean mayReplace) {
        long id = batch.id();
        Field column = encoded.get(id);
        RecordBatch data = batch.data();
        if (column == null || data == null) {
            throw ForebayException.corrupt("a dictionary must belong to a column and have values: id=" + id);
        }
        Dictionary before = dictionaries.get(id);
        if (before != null && !batch.isDelta() && !mayReplace) {
            throw ForebayException.corrupt("a file's dictionary may be extended but not replaced: id=" + id);
        }
        BatchLayout layout = BatchLayout.of(data, message);
        layout.requireShape(FieldShape.of(Dictionary.valuesOf(column), layout.unionsHaveValidity()));
        count(layout);
        Dictionary added = new Dictionary(layout, batch.isDelta() ? before : null);
        Map<Long, Dictionary> changed = new HashMap<>(dictionaries);
        changed.put(id, added);
        dictionaries = changed;
        return added;
    }

    private void count(BatchLayout layout) {
        heapBytes += layout.heapBytes() + 16L * dictionaries.size();
        if (heapBytes > HEAP_BYTES_MAX) {
            throw ForebayException.limit("the places of all batches must fit a quarter of the heap: batches="
                    + batches.size() + ", heapBytes=" + HEAP_BYTES_MAX);
        }
    }

    ArrowMetadata finish(Map<String, String> notes) {
        return new ArrowMetadata(schema, List.copyOf(batches), digest.finish(), notes);
    }
}
