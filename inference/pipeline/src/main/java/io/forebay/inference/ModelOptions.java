// SPDX-License-Identifier: Apache-2.0
package io.forebay.inference;

import io.forebay.ForebayException;
import io.forebay.inference.prepare.Preparation;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How a model is fed and run, whatever its engine. An immutable value.
 *
 * @param devices the devices asked for, each of which gets the whole model and takes the next batch as soon as it can. Results
 *     come in order, and few batches wait for that: a device many times slower than another holds it up
 * @param strictDevice whether running anywhere else, or on fewer, is an error
 * @param concurrency runs in flight at once on each device; their threads share the cores
 * @param nulls what stands in for missing values
 * @param nans what becomes of values that are not a number
 * @param bindings columns and features by the input that they feed, where neither names nor the preparation say it
 * @param preparation what is done before and after the model; null for what lies beside its file, if that is one of this machine
 *     and anything does
 */
public record ModelOptions(
        List<Device> devices,
        boolean strictDevice,
        int concurrency,
        Nulls nulls,
        Nans nans,
        Map<String, List<String>> bindings,
        @Nullable Preparation preparation) {
    private static final int CONCURRENCY_DEFAULT_MAX = 2;

    public ModelOptions {
        if (devices.isEmpty() || new HashSet<>(devices).size() < devices.size()) {
            throw ForebayException.usage(
                    "a model must be asked to run on one device or several different ones: devices=" + devices);
        }
        devices = List.copyOf(devices);
        if (concurrency < 1) {
            throw ForebayException.usage("concurrency must be positive: concurrency=" + concurrency);
        }
        bindings.forEach((input, columns) -> {
            if (columns.isEmpty()) {
                throw ForebayException.usage("an input must be bound to a column: input=" + input);
            }
        });
        bindings = Map.copyOf(bindings);
    }

    /** Any device, two runs in flight where there are cores for them, nulls refused, inputs bound by name. */
    public static ModelOptions defaults() {
        int concurrency = Math.min(CONCURRENCY_DEFAULT_MAX, Runtime.getRuntime().availableProcessors());
        return new ModelOptions(List.of(Device.auto()), false, concurrency, Nulls.fail(), Nans.pass(), Map.of(), null);
    }

    public ModelOptions withDevices(List<Device> value) {
        return new ModelOptions(value, strictDevice, concurrency, nulls, nans, bindings, preparation);
    }

    public ModelOptions withStrictDevice(boolean value) {
        return new ModelOptions(devices, value, concurrency, nulls, nans, bindings, preparation);
    }

    public ModelOptions withConcurrency(int value) {
        return new ModelOptions(devices, strictDevice, value, nulls, nans, bindings, preparation);
    }

    public ModelOptions withNulls(Nulls value) {
        return new ModelOptions(devices, strictDevice, concurrency, value, nans, bindings, preparation);
    }

    public ModelOptions withNans(Nans value) {
        return new ModelOptions(devices, strictDevice, concurrency, nulls, value, bindings, preparation);
    }

    /** Feeds {@code input} from these columns: one, or several that become a matrix in this order. */
    public ModelOptions withBinding(String input, String... columns) {
        Map<String, List<String>> more = new HashMap<>(bindings);
        more.put(input, List.of(columns));
        return new ModelOptions(devices, strictDevice, concurrency, nulls, nans, more, preparation);
    }

    public ModelOptions withPreparation(Preparation value) {
        return new ModelOptions(devices, strictDevice, concurrency, nulls, nans, bindings, value);
    }
}
