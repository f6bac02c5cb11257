// SPDX-License-Identifier: Apache-2.0
package io.forebay.djl;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Model;
import io.forebay.TensorSpec;
import io.forebay.TensorSpec.Element;
import io.forebay.djl.Lanes.Lane;
import io.forebay.inference.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is kept from run to run is kept for as long as it holds, and no longer. */
class LanesTest {
    private static final TensorSpec SPEC = new TensorSpec("x", Element.FLOAT32, List.of(-1L, -1L));

    private Model model;
    private Lanes lanes;

    @BeforeEach
    void open() {
        TorchRuntime.get();
        model = Model.newInstance("empty", TorchRuntime.NAME);
        lanes = new Lanes(model, 1, true);
    }

    @AfterEach
    void close() {
        lanes.close();
        model.close();
    }

    @Test
    void aRunTakesTheLaneThatItHadUnlessItIsInUse() {
        Lane first = lanes.take(null);
        Lane second = lanes.take(first);
        assertThat(second).isNotSameAs(first);
        lanes.giveBack(first, 0);
        lanes.giveBack(second, 0);
        assertThat(lanes.take(second)).isSameAs(second);
        assertThat(lanes.take(second)).isSameAs(first);
        second.close();
        first.close();
    }

    /** DJL leaves arrays with a manager that nobody else knows of. */
    @Test
    void aLaneIsClosedBeforeMuchIsLeftInIt() {
        Lane lane = lanes.take(null);
        lanes.giveBack(lane, 3 << 20);
        assertThat(lane.manager().isOpen()).isTrue();
        lanes.giveBack(lanes.take(lane), 1 << 20);
        assertThat(lane.manager().isOpen()).isFalse();
        Lane next = lanes.take(lane);
        assertThat(next).isNotSameAs(lane);
        next.close();
    }

    @Test
    void aLaneThatIsNotReusedIsClosed() {
        Lanes once = new Lanes(model, 1, false);
        Lane lane = once.take(null);
        once.giveBack(lane, 0);
        assertThat(lane.manager().isOpen()).isFalse();
    }

    @Test
    void anArgumentIsUsedAgainForTheSameViewAndShape() {
        ByteBuffer view = ByteBuffer.allocateDirect(64).order(ByteOrder.nativeOrder());
        try (Lane lane = lanes.take(null)) {
            var value = lane.arguments(tensors(2, view))[0];
            assertThat(lane.arguments(tensors(2, view))[0]).isSameAs(value);
            assertThat(lane.arguments(tensors(4, view))[0]).isNotSameAs(value);
            assertThat(value.isReleased()).isTrue();
            value = lane.arguments(tensors(4, view))[0];
            assertThat(lane.arguments(tensors(4, view.duplicate().order(view.order())))[0])
                    .isNotSameAs(value);
        }
    }

    /** {@code rows} rows of as many numbers as {@code data} has for them. */
    private static List<Tensor> tensors(int rows, ByteBuffer data) {
        return List.of(new Tensor(SPEC, Tensor.Shape.of(SPEC, rows, 16 / rows), data, null));
    }
}
