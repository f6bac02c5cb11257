// SPDX-License-Identifier: Apache-2.0
package io.forebay.inference;

import io.forebay.Dataset;
import io.forebay.Forebay;
import io.forebay.ForebayException;
import io.forebay.TensorSpec;
import io.forebay.inference.internal.ServeExecution;
import io.forebay.inference.internal.Sessions;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * A model that is loaded on devices that can run it. Thread-safe; several runs may share it. Its owner closes it before
 * the context; {@link #close} waits for the runs that are under way.
 */
public final class Model implements AutoCloseable {
    private final Forebay forebay;
    private final List<EngineSession> sessions;
    private final DeviceReport device;
    private final ModelOptions options;
    private final BufferAllocator allocator;
    private final Object closing = new Object();
    private int leases;
    private boolean closed;

    /** A model that owns {@code sessions} of one model, at least one. */
    public Model(Forebay forebay, List<EngineSession> sessions, DeviceReport device, ModelOptions options) {
        this.forebay = forebay;
        this.sessions = List.copyOf(sessions);
        this.device = device;
        this.options = options;
        try {
            this.allocator = forebay.newAllocator(sessions.get(0).engine() + " model");
        } catch (RuntimeException e) {
            Sessions.closeAll(this.sessions);
            throw e;
        }
    }

    /** What the model takes. */
    public List<TensorSpec> inputs() {
        return sessions.get(0).inputs();
    }

    /** What the model yields. */
    public List<TensorSpec> outputs() {
        return sessions.get(0).outputs();
    }

    /** Where the model runs, and why not elsewhere. */
    public DeviceReport device() {
        return device;
    }

    /** Prepares to score a data set of the same context; nothing is read before {@link ScoreRun#run}. */
    public ScoreRun score(Dataset dataset) {
        if (dataset.context() != forebay) {
            throw ForebayException.usage("a model scores data sets of the context that it was loaded in");
        }
        return ScoreRun.of(this, dataset);
    }

    /**
     * Starts a service for requests of these columns.
     *
     * @throws ForebayException when they do not feed the model
     */
    public ScoreService serve(Schema columns, ServeOptions limits) {
        Lease lease = lease();
        try {
            return new ScoreService(lease, new ServeExecution(sessions, allocator, options, columns, limits));
        } catch (RuntimeException | Error e) {
            lease.close();
            throw e;
        }
    }

    ModelOptions options() {
        return options;
    }

    /** Keeps the sessions open until the lease is closed. */
    Lease lease() {
        return new Lease();
    }

    private synchronized void enter() {
        if (closed) {
            throw ForebayException.cancelled("a closed model does not run");
        }
        leases++;
    }

    private synchronized void leave() {
        leases--;
        notifyAll();
    }

    /** Waits for the runs that are under way, then unloads the model. Not to be called by one of these runs' listeners. */
    @Override
    public void close() {
        boolean interrupted = false;
        synchronized (closing) { // a second closer waits for the first
            synchronized (this) {
                if (closed) {
                    return;
                }
                closed = true;
                while (leases > 0) {
                    try {
                        wait();
                    } catch (InterruptedException e) {
                        interrupted = true; // a session that is closed in use would kill the JVM
                    }
                }
            }
            try {
                Sessions.closeAll(sessions);
            } finally {
                allocator.close();
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** The right to use the sessions. */
    final class Lease implements AutoCloseable {
        private final AtomicBoolean returned = new AtomicBoolean();

        private Lease() {
            enter();
        }

        List<EngineSession> sessions() {
            return sessions;
        }

        DeviceReport device() {
            return device;
        }

        /** Where runs take the memory of their tensors from. */
        BufferAllocator allocator() {
            return allocator;
        }

        @Override
        public void close() {
            if (returned.compareAndSet(false, true)) {
                leave();
            }
        }
    }
}
