// SPDX-License-Identifier: Apache-2.0
package io.forebay.inference.internal;

import io.forebay.TensorSpec;
import io.forebay.inference.Nans;
import io.forebay.inference.Nulls;
import io.forebay.inference.internal.prepare.PreparationPlan;
import io.forebay.inference.prepare.Preparation;
import io.forebay.internal.Fields;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * How columns and features become tensors for whoever runs no session, such as training: they are prepared and bound as the inputs
 * of a model are. Immutable.
 */
public final class TensorPlan {
    private final PreparationPlan preparation;
    private final List<InputPlan> plans;
    private final List<Source> sources;
    private final Nans nans;

    private TensorPlan(PreparationPlan preparation, List<InputPlan> plans, List<Source> sources, Nans nans) {
        this.preparation = preparation;
        this.plans = plans;
        this.sources = sources;
        this.nans = nans;
    }

    /**
     * One tensor, and what it is made of.
     *
     * @param columns names of columns and features
     */
    public record Source(TensorSpec spec, List<String> columns, Nulls nulls) {}

    /**
     * Plans tensors over columns of {@code schema}.
     *
     * @throws io.forebay.ForebayException for a column that is missing or does not fit
     */
    public static TensorPlan of(Schema schema, Preparation preparation, List<Source> sources, Nans nans) {
        PreparationPlan prepared = PreparationPlan.of(preparation, schema);
        List<InputPlan> plans = new ArrayList<>();
        for (Source source : sources) {
            for (String column : source.columns) {
                Fields.require(prepared.schema().getFields(), column, column, "data set");
            }
            Map<String, List<String>> chosen = Map.of(source.spec.name(), source.columns);
            plans.addAll(InputPlan.bind(List.of(source.spec), prepared.schema(), List.of(), chosen, source.nulls));
        }
        return new TensorPlan(prepared.only(InputPlan.columnsOf(plans)), plans, List.copyOf(sources), nans);
    }

    /** The columns of the data set that the tensors are made from. */
    public List<String> columns() {
        return preparation.columnsBehind(InputPlan.columnsOf(plans));
    }

    /** What makes the tensors of one batch after the other; the caller closes it. */
    public TensorBinder newBinder(BufferAllocator allocator) {
        List<InputBinder> binders = new ArrayList<>();
        RunMeter meter = new RunMeter();
        for (int i = 0; i < plans.size(); i++) {
            binders.add(new InputBinder(plans.get(i), sources.get(i).nulls, nans, allocator, meter));
        }
        return new TensorBinder(preparation, binders, allocator);
    }
}
