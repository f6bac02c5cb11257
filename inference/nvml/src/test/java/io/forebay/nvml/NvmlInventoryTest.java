// SPDX-License-Identifier: Apache-2.0
package io.forebay.nvml;

import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.inference.Doctor;
import io.forebay.inference.Gpu;
import io.forebay.inference.MachineReport;
import io.forebay.nvml.testkit.NvmlStub;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the doctor hears from the driver. */
class NvmlInventoryTest {
    @TempDir
    Path folder;

    private NvmlStub driver;

    @BeforeEach
    void useTheStub() throws Exception {
        driver = NvmlStub.compile(folder);
        System.setProperty(NvmlInventory.LIBRARY_PROPERTY, driver.library().toString());
    }

    @AfterEach
    void restore() {
        System.clearProperty(NvmlInventory.LIBRARY_PROPERTY);
        assertThat(driver.opened()).isZero();
    }

    @Test
    void theDoctorListsTheGpus() {
        MachineReport report = Doctor.examine(folder);
        assertThat(report.gpus().driver()).isEqualTo("570.86.15");
        assertThat(report.gpus().found()).extracting(Gpu::name).containsExactly("Stub 0", "Stub 1", "Stub 2");
        assertThat(report.gpus().cause()).isEmpty();
        Gpu split = report.gpus().found().get(1);
        assertThat(report.gpus().figures().get(split.uuid()))
                .containsKey("powerWatts")
                .doesNotContainKey("residency"); // which a GPU that is split does not tell
    }

    @Test
    void aGpuThatIsLostIsAReason() {
        driver.lose(1);
        MachineReport report = Doctor.examine(folder);
        assertThat(report.gpus().found()).isEmpty();
        assertThat(report.gpus().cause()).startsWith("the GPU must be reachable, and it is lost");
    }

    @Test
    void aLibraryLoadsOrSaysWhyNot() {
        NvmlInventory inventory = new NvmlInventory();
        assertThat(inventory.loadFailure(driver.library().toString())).isEmpty();
        assertThat(inventory.loadFailure("libnobody.so.3"))
                .hasValueSatisfying(cause -> assertThat(cause).contains("libnobody.so.3"));
    }
}
