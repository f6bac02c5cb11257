// SPDX-License-Identifier: Apache-2.0
package io.forebay.inference.internal.prepare;

import io.forebay.ForebayException;
import io.forebay.Place;
import io.forebay.TensorSpec.Element;
import io.forebay.TypeNames;
import io.forebay.inference.internal.ElementTypes;
import io.forebay.inference.internal.prepare.FeatureKernels.Kernel;
import io.forebay.inference.internal.prepare.FeatureLoads.Load;
import io.forebay.inference.prepare.Feature;
import io.forebay.inference.prepare.Step;
import io.forebay.inference.prepare.Step.DatePart.Part;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.vector.complex.BaseRepeatedValueVector;
import org.apache.arrow.vector.types.DateUnit;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.jspecify.annotations.Nullable;

/**
 * A feature compiled for the type of its column: a load, kernels, and how numbers are put down. Immutable.
 *
 * @param column that it is made from
 * @param load takes the column's values
 * @param stages in order
 * @param filled whether no null is left
 * @param element what the numbers become
 * @param width numbers of a row: the categories of a one-hot feature, else 0 for a plain column
 */
public record FeaturePlan(
        Field field, String column, Load load, List<FeatureStage> stages, boolean filled, Element element, int width) {

    /** A kernel, or what stands in for nulls from there on. */
    record FeatureStage(@Nullable Kernel kernel, double fill) {}

    /** @throws ForebayException of kind {@code usage} for steps that do not fit the column, or one another */
    static FeaturePlan of(Feature feature, Field source) {
        try {
            return new Compiler(feature, source).compile();
        } catch (ForebayException e) {
            throw e.at(Place.of("feature " + feature.name()).withColumn(feature.column()));
        }
    }

    /** Goes over the steps once. */
    private static final class Compiler {
        private final Feature feature;
        private final Field source;
        private final List<FeatureStage> stages = new ArrayList<>();
        private @Nullable Load load;
        private @Nullable String fillText;
        private boolean filled;
        private Element element = Element.FLOAT32;
        private int width;
        private boolean ended;

        Compiler(Feature feature, Field source) {
            this.feature = feature;
            this.source = source;
        }

        FeaturePlan compile() {
            for (Step step : feature.steps()) {
                if (ended) {
                    throw ForebayException.usage("a cast or a one-hot step must be the last: next=" + step);
                }
                add(step);
            }
            if (load == null && fillText != null) {
                throw ForebayException.usage("filled strings must be looked up or hashed: fill=" + fillText);
            }
            Load first = load == null ? numbers() : load;
            return new FeaturePlan(field(), feature.column(), first, List.copyOf(stages), filled, element, width);
        }

        private void add(Step step) {
            if (step instanceof Step.FillText text) {
                requireFirst(step, isText());
                fillText = text.value();
                filled = true;
            } else if (step instanceof Step.Lookup lookup) {
                requireFirst(step, isText() || isInteger());
                place(lookup.categories(), lookup.unknown());
            } else if (step instanceof Step.OneHot oneHot) {
                requireFirst(step, isText() || isInteger());
                place(oneHot.categories(), -1);
                element = Element.FLOAT32;
                width = oneHot.categories().size();
                ended = true;
            } else if (step instanceof Step.HashBucket hash) {
                requireFirst(step, isText() || isInteger());
                bucket(hash.buckets());
            } else if (step instanceof Step.DatePart date) {
                long unitsPerDay = unitsPerDay(date.part());
                requireFirst(step, unitsPerDay > 0);
                whole(FeatureLoads.dateParts(date.part(), unitsPerDay));
            } else {
                addNumeric(step);
            }
        }

        private void addNumeric(Step step) {
            if (load == null) {
                load = numbers();
            }
            if (step instanceof Step.Fill fill) {
                stages.add(new FeatureStage(null, fill.value()));
                filled = true;
            } else if (step instanceof Step.Cast cast) {
                element = cast.element();
                ended = true;
            } else {
                stages.add(new FeatureStage(kernel(step), 0));
                element = Element.FLOAT32;
            }
        }

        private static Kernel kernel(Step step) {
            if (step instanceof Step.Standardise standardise) {
                return FeatureKernels.of(standardise);
            }
            if (step instanceof Step.MinMax minMax) {
                return FeatureKernels.of(minMax);
            }
            if (step instanceof Step.Log log) {
                return FeatureKernels.of(log);
            }
            return FeatureKernels.of((Step.Clip) step);
        }

        private void requireFirst(Step step, boolean fits) {
            if (load != null || (fillText != null && step instanceof Step.FillText)) {
                throw ForebayException.usage("a step on a column's own values must be the first: step=" + step);
            }
            if (!fits) {
                throw ForebayException.usage(
                        "a step must fit its column's type: step=" + step + ", type=" + TypeNames.of(source));
            }
        }

        private Load numbers() {
            if (!isInteger() && !isNumber()) {
                throw ForebayException.usage("a column that is no number must be looked up, hashed or taken a part of:"
                        + " type=" + TypeNames.of(source));
            }
            return FeatureLoads::numbers;
        }

        private void place(List<String> categories, long unknown) {
            if (isText()) {
                int fill = fillText == null ? -1 : categories.indexOf(fillText);
                whole(texts(Categories.ofTexts(categories, unknown)::ofText, fill < 0 ? unknown : fill));
            } else {
                whole(FeatureLoads.integers(Categories.ofNumbers(categories, unknown, isUnsigned())::ofNumber));
            }
        }

        private void bucket(int buckets) {
            if (isText()) {
                long fill = fillText == null ? 0 : Murmur3.bucket(Murmur3.hash(fillText), buckets);
                whole(texts((address, length) -> Murmur3.bucket(Murmur3.hash(address, length), buckets), fill));
            } else {
                whole(FeatureLoads.integers(value -> Murmur3.bucket(Murmur3.hash(value), buckets)));
            }
        }

        private void whole(Load first) {
            load = first;
            element = Element.INT64;
        }

        private Load texts(FeatureLoads.OfText number, long fill) {
            return fillText == null ? FeatureLoads.texts(number) : FeatureLoads.filledTexts(number, (double) fill);
        }

        private boolean isText() {
            return source.getType() instanceof ArrowType.Utf8;
        }

        private boolean isInteger() {
            return source.getType() instanceof ArrowType.Int || source.getType() instanceof ArrowType.Bool;
        }

        private boolean isUnsigned() {
            return source.getType() instanceof ArrowType.Int integer && !integer.getIsSigned();
        }

        private boolean isNumber() {
            return source.getType() instanceof ArrowType.FloatingPoint
                    || source.getType() instanceof ArrowType.Decimal
                    || source.getType() instanceof ArrowType.Date
                    || source.getType() instanceof ArrowType.Timestamp
                    || source.getType() instanceof ArrowType.Time
                    || source.getType() instanceof ArrowType.Duration;
        }

        /** Units of the column in a day, or 0 where it has no days, or the part is of a time and it has none. */
        private long unitsPerDay(Part part) {
            boolean ofTime = part == Part.HOUR || part == Part.MINUTE || part == Part.SECOND;
            if (source.getType() instanceof ArrowType.Date date) {
                boolean days = date.getUnit() == DateUnit.DAY;
                return days ? (ofTime ? 0 : 1) : 1000 * DateParts.SECONDS_PER_DAY;
            }
            return source.getType() instanceof ArrowType.Timestamp timestamp
                    ? perSecond(timestamp.getUnit()) * DateParts.SECONDS_PER_DAY
                    : 0;
        }

        private static long perSecond(TimeUnit unit) {
            return switch (unit) {
                case SECOND -> 1;
                case MILLISECOND -> 1_000;
                case MICROSECOND -> 1_000_000;
                case NANOSECOND -> 1_000_000_000;
            };
        }

        private Field field() {
            ArrowType number = ElementTypes.of(element);
            boolean nullable = source.isNullable() && !filled;
            if (width == 0) {
                return new Field(feature.name(), new FieldType(nullable, number, null), null);
            }
            Field place = Field.notNullable(BaseRepeatedValueVector.DATA_VECTOR_NAME, number);
            return new Field(
                    feature.name(), new FieldType(nullable, new ArrowType.FixedSizeList(width), null), List.of(place));
        }
    }
}
