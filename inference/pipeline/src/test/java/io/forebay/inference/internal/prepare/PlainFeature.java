// SPDX-License-Identifier: Apache-2.0
package io.forebay.inference.internal.prepare;

import io.forebay.TensorSpec.Element;
import io.forebay.inference.prepare.Feature;
import io.forebay.inference.prepare.Step;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.apache.commons.codec.digest.MurmurHash3;
import org.jspecify.annotations.Nullable;

/** A feature of one value, step by step on objects: what the kernels are held to. */
final class PlainFeature {
    private PlainFeature() {}

    /** @param value null, or of the classes String, Long, Double, Boolean, LocalDate and LocalDateTime */
    static @Nullable Object of(Feature feature, @Nullable Object value) {
        Object current = value;
        boolean whole = false;
        for (Step step : feature.steps()) {
            if (step instanceof Step.OneHot oneHot) {
                return current == null ? null : oneHot(oneHot.categories(), text(current));
            }
            if (step instanceof Step.Cast cast) {
                return current == null ? null : cast(cast.element(), number(current));
            }
            if (!(step instanceof Step.Fill) && !(step instanceof Step.FillText)) {
                whole = step instanceof Step.Lookup || step instanceof Step.HashBucket || step instanceof Step.DatePart;
            }
            current = apply(step, current);
        }
        return current == null ? null : cast(whole ? Element.INT64 : Element.FLOAT32, number(current));
    }

    private static @Nullable Object apply(Step step, @Nullable Object value) {
        if (step instanceof Step.Fill fill) {
            return value == null ? fill.value() : value;
        }
        if (step instanceof Step.FillText fill) {
            return value == null ? fill.value() : value;
        }
        if (value == null) {
            return null;
        }
        if (step instanceof Step.Lookup lookup) {
            int place = lookup.categories().indexOf(text(value));
            return (double) (place < 0 ? lookup.unknown() : place);
        }
        if (step instanceof Step.HashBucket hash) {
            byte[] bytes = bytes(value);
            int hashed = MurmurHash3.hash32x86(bytes, 0, bytes.length, 0);
            return (double) (Integer.toUnsignedLong(hashed) % hash.buckets());
        }
        if (step instanceof Step.DatePart part) {
            return (double) datePart(part.part(), value);
        }
        double number = number(value);
        if (step instanceof Step.Standardise standardise) {
            return (number - standardise.mean()) / standardise.deviation();
        }
        if (step instanceof Step.MinMax minMax) {
            return (number - minMax.min()) / (minMax.max() - minMax.min());
        }
        if (step instanceof Step.Log log) {
            return Math.log(number + log.offset());
        }
        Step.Clip clip = (Step.Clip) step;
        return number < clip.low() ? clip.low() : number > clip.high() ? clip.high() : number;
    }

    private static List<Float> oneHot(List<String> categories, String value) {
        List<Float> places = new ArrayList<>();
        categories.forEach(category -> places.add(category.equals(value) ? 1f : 0f));
        return places;
    }

    private static String text(Object value) {
        return value instanceof Boolean truth ? (truth ? "1" : "0") : value.toString();
    }

    private static byte[] bytes(Object value) {
        return value instanceof String text
                ? text.getBytes(StandardCharsets.UTF_8)
                : ByteBuffer.allocate(8)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .putLong((long) number(value))
                        .array();
    }

    private static double number(Object value) {
        return value instanceof Boolean truth ? (truth ? 1 : 0) : ((Number) value).doubleValue();
    }

    private static Object cast(Element element, double value) {
        return switch (element) {
            case FLOAT32 -> (float) value;
            case FLOAT64 -> value;
            case INT32 -> (int) value;
            default -> (long) value;
        };
    }

    private static long datePart(Step.DatePart.Part part, Object value) {
        LocalDateTime time = value instanceof LocalDate date ? date.atStartOfDay() : (LocalDateTime) value;
        return switch (part) {
            case YEAR -> time.getYear();
            case MONTH -> time.getMonthValue();
            case DAY -> time.getDayOfMonth();
            case DAY_OF_WEEK -> time.getDayOfWeek().getValue();
            case DAY_OF_YEAR -> time.getDayOfYear();
            case HOUR -> time.getHour();
            case MINUTE -> time.getMinute();
            case SECOND -> time.getSecond();
            case EPOCH_DAY -> time.atOffset(ZoneOffset.UTC).toLocalDate().toEpochDay();
        };
    }
}
