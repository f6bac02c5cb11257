// SPDX-License-Identifier: Apache-2.0
package io.forebay.benchmarks;

import io.forebay.inference.Gpu;
import io.forebay.nvml.GpuSample;
import io.forebay.nvml.Nvml;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;

/** Samples a GPU every 100 ms on a daemon thread, from its start until it is stopped, and closes NVML then. */
final class GpuSampler {
    private static final long EVERY_NANOS = 100_000_000;

    private final Nvml nvml;
    private final Gpu gpu;
    private final CountDownLatch stop = new CountDownLatch(1);
    private final FutureTask<List<GpuSample>> samples;

    private GpuSampler(Nvml nvml, Gpu gpu) {
        this.nvml = nvml;
        this.gpu = gpu;
        this.samples = new FutureTask<>(this::sample);
    }

    static GpuSampler start(Nvml nvml, Gpu gpu) {
        GpuSampler sampler = new GpuSampler(nvml, gpu);
        Thread thread = new Thread(sampler.samples, "forebay-gpu-sampler");
        thread.setDaemon(true);
        thread.start();
        return sampler;
    }

    private List<GpuSample> sample() throws InterruptedException {
        List<GpuSample> taken = new ArrayList<>();
        long nextNanos = System.nanoTime();
        do {
            taken.add(nvml.sample(gpu)); // takes a good part of the 100 ms
            nextNanos += EVERY_NANOS;
        } while (!stop.await(nextNanos - System.nanoTime(), TimeUnit.NANOSECONDS));
        taken.add(nvml.sample(gpu));
        return taken;
    }

    /** At least two samples, the first of the start and the last of the end. */
    List<GpuSample> stop() throws InterruptedException, ExecutionException {
        stop.countDown();
        try {
            return samples.get();
        } finally {
            nvml.close();
        }
    }
}
