// SPDX-License-Identifier: Apache-2.0
package io.forebay.djl;

import ai.djl.engine.Engine;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.forebay.ForebayException;
import io.forebay.inference.Device;
import io.forebay.inference.DeviceCheck;
import io.forebay.inference.ModelFile;
import io.forebay.inference.RefusedDeviceException;
import java.util.ArrayList;
import java.util.List;

/** PyTorch as an engine on the class path. */
public final class TorchEngine implements io.forebay.inference.Engine {
    static final String NAME = "djl";

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String fileEnding() {
        return ".pt";
    }

    @Override
    public ModelFile<?> file(String location) {
        return TorchModel.of(location);
    }

    @Override
    public String library() {
        try {
            return "PyTorch " + TorchRuntime.get().getVersion();
        } catch (ForebayException e) {
            return "PyTorch";
        }
    }

    @Override
    public List<DeviceCheck> checkDevices() {
        Engine torch;
        try {
            torch = TorchRuntime.get();
        } catch (ForebayException e) {
            return List.of(DeviceCheck.refused(Device.cpu(), TorchErrors.message(e)));
        }
        List<DeviceCheck> checks = new ArrayList<>();
        checks.add(check(torch, Device.cpu()));
        for (int gpu = 0; gpu < Math.max(1, torch.getGpuCount()); gpu++) {
            checks.add(check(torch, Device.cuda(gpu)));
        }
        return checks;
    }

    /** Adds a row of numbers to itself. */
    private static DeviceCheck check(Engine torch, Device device) {
        long started = System.nanoTime();
        try {
            TorchSession.requireGpu(torch, device);
            try (NDManager manager = torch.newBaseManager(TorchSession.torchDevice(device))) {
                NDArray sum = manager.create(new float[] {1, 2}).add(1);
                if (sum.toFloatArray()[1] != 3) {
                    return DeviceCheck.refused(device, "1 and 2 are not 3");
                }
            }
            return new DeviceCheck(device, true, "", (System.nanoTime() - started) / 1e9);
        } catch (RefusedDeviceException | EngineException e) {
            return DeviceCheck.refused(device, TorchErrors.message(e));
        }
    }
}
