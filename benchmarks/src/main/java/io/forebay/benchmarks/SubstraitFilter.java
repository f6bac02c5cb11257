// SPDX-License-Identifier: Apache-2.0
package io.forebay.benchmarks;

import io.forebay.Filter;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * A condition as arrow-dataset takes it: a Substrait {@code ExtendedExpression}, written field by field, since the one library
 * for it is larger than what it would be used for. Knows comparisons of integers and doubles, joined by "and" and "or".
 */
final class SubstraitFilter {
    private static final String EXTENSIONS =
            "https://github.com/substrait-io/substrait/blob/main/extensions/functions_";
    private static final List<String> FUNCTIONS = List.of("equal", "not_equal", "lt", "lte", "gt", "gte", "and", "or");

    private final Schema schema;

    private SubstraitFilter(Schema schema) {
        this.schema = schema;
    }

    /** The message, in a direct buffer. */
    static ByteBuffer of(Filter filter, Schema schema) {
        byte[] message = new SubstraitFilter(schema).extendedExpression(filter);
        return ByteBuffer.allocateDirect(message.length).put(message).flip();
    }

    private byte[] extendedExpression(Filter filter) {
        Message message = new Message()
                .add(1, new Message().add(1, 1).add(2, EXTENSIONS + "comparison.yaml"))
                .add(1, new Message().add(1, 2).add(2, EXTENSIONS + "boolean.yaml"));
        for (int anchor = 0; anchor < FUNCTIONS.size(); anchor++) {
            String name = FUNCTIONS.get(anchor);
            Message function = new Message()
                    .add(1, anchor >= FUNCTIONS.indexOf("and") ? 2 : 1)
                    .add(2, anchor)
                    .add(3, name);
            message.add(2, new Message().add(3, function));
        }
        message.add(3, new Message().add(1, expression(filter)).add(3, "filter"));
        return message.add(4, baseSchema())
                .add(7, new Message().add(2, 1)) // version 0.1 of the specification, or later
                .toByteArray();
    }

    private Message expression(Filter filter) {
        if (filter instanceof Filter.And and) {
            return call("and", and.operands());
        }
        if (filter instanceof Filter.Or or) {
            return call("or", or.operands());
        }
        if (filter instanceof Filter.Comparison comparison) {
            int ordinal = ordinal(comparison.column().toString());
            Message segment = new Message().add(2, new Message().add(1, ordinal));
            Message reference = new Message().add(1, segment).add(4, new Message());
            Message literal = literal(schema.getFields().get(ordinal), comparison.literal());
            return invocation(
                    functionOf(comparison.operator()),
                    List.of(new Message().add(2, reference), new Message().add(1, literal)));
        }
        throw new IllegalArgumentException("no Substrait for this condition: " + filter);
    }

    private int ordinal(String column) {
        return schema.getFields().indexOf(schema.findField(column));
    }

    private static String functionOf(Filter.Operator operator) {
        return switch (operator) {
            case EQ -> "equal";
            case NE -> "not_equal";
            case LT -> "lt";
            case LE -> "lte";
            case GT -> "gt";
            case GE -> "gte";
        };
    }

    private Message call(String function, List<Filter> operands) {
        return invocation(function, operands.stream().map(this::expression).toList());
    }

    private static Message invocation(String function, List<Message> operands) {
        Message bool = new Message().add(1, new Message().add(2, 1));
        Message call = new Message().add(1, FUNCTIONS.indexOf(function)).add(3, bool);
        operands.forEach(operand -> call.add(4, new Message().add(3, operand)));
        return new Message().add(3, call);
    }

    private static Message literal(Field column, Object literal) {
        Number number = (Number) literal;
        if (column.getType() instanceof ArrowType.Int integer) {
            return new Message().add(integer.getBitWidth() == Long.SIZE ? 7 : 5, number.longValue());
        }
        return new Message().addDouble(11, number.doubleValue());
    }

    /** All names; of the types those that literals have, since nobody looks at the others. */
    private Message baseSchema() {
        Message named = new Message();
        Message struct = new Message();
        for (Field field : schema.getFields()) {
            named.add(1, field.getName());
            int type =
                    field.getType() instanceof ArrowType.Int integer ? integer.getBitWidth() == Long.SIZE ? 7 : 5 : 11;
            struct.add(1, new Message().add(type, new Message().add(2, 1)));
        }
        return named.add(2, struct.add(3, 2));
    }

    /** A protobuf message in the making. */
    private static final class Message {
        private static final int VARINT = 0;
        private static final int EIGHT_BYTES = 1;
        private static final int BYTES = 2;

        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

        Message add(int field, long value) {
            varint(((long) field << 3) | VARINT);
            varint(value);
            return this;
        }

        Message add(int field, Message value) {
            return add(field, value.toByteArray());
        }

        Message add(int field, String value) {
            return add(field, value.getBytes(StandardCharsets.UTF_8));
        }

        Message addDouble(int field, double value) {
            varint(((long) field << 3) | EIGHT_BYTES);
            bytes.writeBytes(ByteBuffer.allocate(Double.BYTES)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .putDouble(value)
                    .array());
            return this;
        }

        private Message add(int field, byte[] value) {
            varint(((long) field << 3) | BYTES);
            varint(value.length);
            bytes.writeBytes(value);
            return this;
        }

        private void varint(long value) {
            long left = value;
            while ((left & ~0x7FL) != 0) {
                bytes.write((int) ((left & 0x7F) | 0x80));
                left >>>= 7;
            }
            bytes.write((int) left);
        }

        byte[] toByteArray() {
            return bytes.toByteArray();
        }
    }
}
