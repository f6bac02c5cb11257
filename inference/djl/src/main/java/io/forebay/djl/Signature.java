// SPDX-License-Identifier: Apache-2.0
package io.forebay.djl;

import io.forebay.ForebayException;
import io.forebay.TensorSpec;
import io.forebay.TensorSpec.Element;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** What a model takes and yields. Immutable. */
record Signature(List<TensorSpec> inputs, List<TensorSpec> outputs) {
    Signature {
        inputs = List.copyOf(inputs);
        outputs = List.copyOf(outputs);
        Set<String> names = new HashSet<>();
        inputs.forEach(spec -> require(spec, names));
        outputs.forEach(spec -> require(spec, names));
        if (inputs.isEmpty() || outputs.isEmpty()) {
            throw ForebayException.usage(
                    "a model must have an input and an output: inputs=" + inputs + ", outputs=" + outputs);
        }
    }

    private static void require(TensorSpec spec, Set<String> names) {
        if (spec.element() == Element.STRING) {
            throw ForebayException.usage("a tensor of PyTorch must not be of strings: tensor=" + spec);
        }
        if (!names.add(spec.name())) {
            throw ForebayException.usage("a model's inputs and outputs must have different names: name=" + spec.name());
        }
    }
}
