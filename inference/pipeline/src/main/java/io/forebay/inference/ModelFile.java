// SPDX-License-Identifier: Apache-2.0
package io.forebay.inference;

import io.forebay.Forebay;
import io.forebay.ForebayException;
import io.forebay.ForebayException.Kind;
import io.forebay.LocalFile;
import io.forebay.Place;
import io.forebay.inference.prepare.Preparation;
import io.forebay.internal.plan.Digest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * A model's file and how it is to be run: an immutable value, loaded into a {@link Model} as often as wanted. Each engine has
 * its own kind of it.
 *
 * @param <F> the engine's kind, which the methods that change something return
 */
public abstract class ModelFile<F extends ModelFile<F>> {
    private final String location;
    private final ModelOptions options;

    protected ModelFile(String location, ModelOptions options) {
        this.location = location;
        this.options = options;
    }

    /**
     * The file at {@code location}, of the engine that its name tells, with default options.
     *
     * @throws ForebayException of kind {@code usage} for a name that no engine on the class path knows
     */
    public static ModelFile<?> of(String location) {
        return Engines.forFile(location).file(location);
    }

    /**
     * The file at {@code location}, of the engine of this name, with default options.
     *
     * @throws ForebayException of kind {@code usage} for an engine that is not on the class path
     */
    public static ModelFile<?> of(String engine, String location) {
        return Engines.named(engine).file(location);
    }

    /** The device to run on, or several that share the batches; what the machine has, unless set. */
    public final F device(Device... devices) {
        return options(current -> current.withDevices(List.of(devices)));
    }

    /** What the model sees where a column has no value; an error, unless set. */
    public final F nulls(Nulls nulls) {
        return options(current -> current.withNulls(nulls));
    }

    /** What becomes of values that are not a number; the model sees them, unless set. */
    public final F nans(Nans nans) {
        return options(current -> current.withNans(nans));
    }

    /** Feeds {@code input} from these columns: one, or several that become a matrix in this order. */
    public final F bind(String input, String... columns) {
        return options(current -> current.withBinding(input, columns));
    }

    /** What is done before and after the model; what lies beside its file, unless set. */
    public final F preparation(Preparation preparation) {
        return options(current -> current.withPreparation(preparation));
    }

    /** Changes any of the options. */
    public final F options(UnaryOperator<ModelOptions> change) {
        return with(change.apply(options));
    }

    /**
     * Loads the model on the devices asked for that work; a GPU has to run a made-up row first. The caller closes the model
     * before the context.
     *
     * @throws ForebayException of kind {@code io} without a file, {@code corrupt} for one that is no model, {@code
     *     unsupported} when no device works
     */
    public final Model load(Forebay forebay) {
        try (LocalFile file = forebay.localFile(location)) {
            if (Files.size(file.path()) == 0) {
                throw ForebayException.corrupt("a model must not be an empty file");
            }
            String identity = new Digest().addFile(file.path()).finish();
            ModelOptions prepared =
                    options.preparation() == null ? options.withPreparation(beside(file.path())) : options;
            DeviceLadder ladder =
                    new DeviceLadder(options, (device, shared) -> open(file.path(), identity, shared, device));
            ladder.open();
            return new Model(forebay, ladder.sessions(), ladder.report(), prepared);
        } catch (IOException e) {
            throw new ForebayException(Kind.IO, "a model file must be readable: " + e, Place.of(location), e);
        } catch (ForebayException e) {
            throw e.at(Place.of(location));
        }
    }

    private static Preparation beside(Path file) {
        Path preparation = Path.of(file + Preparation.SUFFIX);
        return Files.exists(preparation) ? Preparation.read(preparation) : Preparation.none();
    }

    /** How it is to be run. */
    protected final ModelOptions options() {
        return options;
    }

    /** Where the file lies. */
    protected final String location() {
        return location;
    }

    /** The same file with other options. */
    protected abstract F with(ModelOptions changed);

    /**
     * Loads the file on one device.
     *
     * @param file on this machine, for as long as this takes
     * @param identity a digest of the file; weights that it keeps in other files are no part of it
     * @param options whose devices share the machine's cores
     * @throws RefusedDeviceException when the device does not work; another failure is the model's own
     */
    protected abstract EngineSession open(Path file, String identity, ModelOptions options, Device device)
            throws RefusedDeviceException;
}
