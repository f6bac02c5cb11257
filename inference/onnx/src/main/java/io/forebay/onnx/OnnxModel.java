// SPDX-License-Identifier: Apache-2.0
package io.forebay.onnx;

import io.forebay.Forebay;
import io.forebay.ForebayException;
import io.forebay.LocalFile;
import io.forebay.Place;
import io.forebay.inference.Device;
import io.forebay.inference.Model;
import io.forebay.inference.ModelOptions;
import io.forebay.inference.Nulls;
import java.nio.file.Path;
import java.util.function.UnaryOperator;

/** An ONNX file and how it is to be run: an immutable value, loaded into a {@link Model} as often as wanted. */
public final class OnnxModel {
    private final String location;
    private final ModelOptions options;

    private OnnxModel(String location, ModelOptions options) {
        this.location = location;
        this.options = options;
    }

    /** The model in {@code file}, with default options. */
    public static OnnxModel of(Path file) {
        return of(file.toString());
    }

    /**
     * The model at {@code location}, of any storage, with default options. A model that lies elsewhere than on this machine
     * must hold its weights itself.
     */
    public static OnnxModel of(String location) {
        return new OnnxModel(location, ModelOptions.defaults());
    }

    /** The device to run on; what the machine has, unless set. */
    public OnnxModel device(Device device) {
        return options(current -> current.withDevice(device));
    }

    /** What the model sees where a column has no value; an error, unless set. */
    public OnnxModel nulls(Nulls nulls) {
        return options(current -> current.withNulls(nulls));
    }

    /** Feeds {@code input} from these columns: one, or several that become a matrix in this order. */
    public OnnxModel bind(String input, String... columns) {
        return options(current -> current.withBinding(input, columns));
    }

    /** Changes any of the options. */
    public OnnxModel options(UnaryOperator<ModelOptions> change) {
        return new OnnxModel(location, change.apply(options));
    }

    /**
     * Loads the model on the first device of the ladder that works; an accelerator has to run a made-up row first. The caller closes
     * the model before the context.
     *
     * @throws ForebayException of kind {@code io} without a file, {@code corrupt} for one that is no model, {@code
     *     unsupported} when no device works
     */
    public Model load(Forebay forebay) {
        try (LocalFile file = forebay.localFile(location)) {
            return new Model(forebay, OnnxLadder.load(file.path(), options), options);
        } catch (ForebayException e) {
            throw e.at(Place.of(location));
        }
    }
}
