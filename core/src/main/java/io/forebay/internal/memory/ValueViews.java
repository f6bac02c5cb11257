// SPDX-License-Identifier: Apache-2.0
package io.forebay.internal.memory;

/**
 * Arrow's views of strings and binary: 16 bytes each, which begin with the length. A short value follows it; of a longer one its
 * first 4 bytes, the ordinal of the buffer that it is in, and where it starts there. Bounds have been checked.
 */
public final class ValueViews {
    /** The size of a view. */
    public static final int BYTES = 16;

    private static final int SHORT_BYTES = 12;

    private ValueViews() {}

    /** Writes the view of a value, which stays at {@code start} of the first buffer, {@code data}, unless it is short. */
    public static void write(long view, long data, int start, int length) {
        RawMemory.putInt(view, length);
        if (length > SHORT_BYTES) {
            RawMemory.putInt(view + 4, RawMemory.getInt(data + start));
            RawMemory.putInt(view + 8, 0);
            RawMemory.putInt(view + 12, start);
        } else {
            RawMemory.putLong(view + 4, 0);
            RawMemory.putInt(view + 12, 0);
            RawMemory.copy(data + start, view + 4, length);
        }
    }

    public static int length(long view) {
        return RawMemory.getInt(view);
    }

    /** Whether the value is in the view itself. */
    public static boolean isShort(long view) {
        return length(view) <= SHORT_BYTES;
    }

    /** The ordinal of the buffer that a longer value is in. */
    public static int buffer(long view) {
        return RawMemory.getInt(view + 8);
    }

    /** Where a longer value starts in its buffer. */
    public static int start(long view) {
        return RawMemory.getInt(view + 12);
    }
}
