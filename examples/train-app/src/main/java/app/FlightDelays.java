// SPDX-License-Identifier: Apache-2.0
package app;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.LambdaBlock;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import io.forebay.Dataset;
import io.forebay.Profile;
import io.forebay.TensorSpec.Element;
import io.forebay.djl.TrainingColumns;
import io.forebay.inference.prepare.Feature;
import io.forebay.inference.prepare.Preparation;
import io.forebay.inference.prepare.Step.DatePart.Part;
import java.util.List;
import java.util.TreeSet;

/** The network that tells whether a flight will be more than 15 minutes late, and what it is shown of a flight. */
final class FlightDelays {
    private static final int HOURS = 24;
    private static final int DAYS_OF_WEEK = 7; // from 1, as months
    private static final int MONTHS = 12;
    private static final int LATE_MINUTES = 15;
    private static final int HIDDEN = 32;
    private static final int HIDDEN_2 = 16;
    private static final int AIRPORTS_MAX = 1000;

    private FlightDelays() {}

    /** What is made of the columns; reads them once, for the airports that there are and the range of distances. */
    static Preparation preparation(Dataset flights) {
        Profile profile = flights.select("origin", "destination", "distance").profile(AIRPORTS_MAX);
        TreeSet<String> airports = new TreeSet<>();
        for (Profile.Column column : profile.columns().subList(0, 2)) {
            column.top().forEach(value -> airports.add(value.value()));
        }
        Profile.Column distance = profile.columns().get(2);
        double least = ((Number) distance.min()).doubleValue();
        double most = ((Number) distance.max()).doubleValue();
        List<String> codes = List.copyOf(airports);
        return Preparation.none()
                .withFeature(Feature.of("origin").oneHot(codes))
                .withFeature(Feature.of("destination").oneHot(codes))
                .withFeature(Feature.of("distance").minMax(least, most))
                .withFeature(Feature.of("date").named("hour").datePart(Part.HOUR))
                .withFeature(Feature.of("date").named("weekday").datePart(Part.DAY_OF_WEEK))
                .withFeature(Feature.of("date").named("month").datePart(Part.MONTH))
                .withFeature(Feature.of("delay")
                        .named("late") // whole minutes: 0 up to the limit, 1 from the next one on
                        .clip(LATE_MINUTES, LATE_MINUTES + 1)
                        .minMax(LATE_MINUTES, LATE_MINUTES + 1));
    }

    static TrainingColumns columns(Preparation preparation) {
        return TrainingColumns.none()
                .preparation(preparation)
                .input("origin", "destination", "distance")
                .input(Element.INT64, "hour", "weekday", "month")
                .label("late");
    }

    static Model network() {
        Block block = new SequentialBlock()
                .add(new LambdaBlock(FlightDelays::joined, "joined"))
                .add(Linear.builder().setUnits(HIDDEN).build())
                .add(Activation.reluBlock())
                .add(Linear.builder().setUnits(HIDDEN_2).build())
                .add(Activation.reluBlock())
                .add(Linear.builder().setUnits(1).build());
        Model model = Model.newInstance("flight-delays", Device.cpu(), "PyTorch");
        model.setBlock(block);
        return model;
    }

    /** Hour, weekday and month as one of so many each, beside the other input. */
    private static NDList joined(NDList inputs) {
        NDArray calendar = inputs.get(1);
        NDArray hour = calendar.get(":, 0").oneHot(HOURS);
        NDArray weekday = calendar.get(":, 1").oneHot(DAYS_OF_WEEK + 1);
        NDArray month = calendar.get(":, 2").oneHot(MONTHS + 1);
        return new NDList(NDArrays.concat(new NDList(inputs.get(0), hour, weekday, month), 1));
    }
}
