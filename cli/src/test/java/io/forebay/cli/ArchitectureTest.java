// SPDX-License-Identifier: Apache-2.0
package io.forebay.cli;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackage;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noMethods;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaMember;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.stream.Collectors;

/** The arrows between modules point one way, and each third-party library stays in its place. */
@AnalyzeClasses(packages = "io.forebay", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
    private static final String[] LOADERS = {
        "io.forebay.parquet..", "io.forebay.arrow..", "io.forebay.http..", "io.forebay.s3.."
    };
    private static final String[] ENGINES = {"io.forebay.onnx..", "io.forebay.djl.."};
    private static final String[] INFERENCE = {"io.forebay.inference..", "io.forebay.onnx..", "io.forebay.djl.."};
    private static final String[] CORE = {"io.forebay", "io.forebay.spi..", "io.forebay.internal.."};
    private static final String INTERNAL = "io.forebay..internal..";
    private static final String STREAMED_DATASET = "io.forebay.djl.StreamedDataset";

    @ArchTest
    static final ArchRule CORE_KNOWS_NOBODY = noClasses()
            .that()
            .resideInAnyPackage(CORE)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "io.forebay.parquet..",
                    "io.forebay.http..",
                    "io.forebay.s3..",
                    "io.forebay.inference..",
                    "io.forebay.onnx..",
                    "io.forebay.djl..",
                    "io.forebay.cli..");

    @ArchTest
    static final ArchRule LOADERS_DO_NOT_KNOW_INFERENCE = noClasses()
            .that()
            .resideInAnyPackage(LOADERS)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(INFERENCE);

    @ArchTest
    static final ArchRule INFERENCE_DOES_NOT_KNOW_LOADERS = noClasses()
            .that()
            .resideInAnyPackage(INFERENCE)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(LOADERS);

    @ArchTest
    static final ArchRule THE_PIPELINE_KNOWS_NO_ENGINE = noClasses()
            .that()
            .resideInAPackage("io.forebay.inference..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(ENGINES);

    @ArchTest
    static final ArchRule NOBODY_KNOWS_THE_COMMAND_LINE = noClasses()
            .that()
            .resideOutsideOfPackage("io.forebay.cli..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.forebay.cli..");

    @ArchTest
    static final ArchRule THE_COMMAND_LINE_USES_THE_PUBLIC_API = noClasses()
            .that()
            .resideInAPackage("io.forebay.cli..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage(INTERNAL);

    @ArchTest
    static final ArchRule ONE_PLACE_IMPORTS_PARQUET = noClasses()
            .that()
            .resideOutsideOfPackage("io.forebay.parquet..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("org.apache.parquet..");

    @ArchTest
    static final ArchRule ONE_PLACE_KNOWS_THE_IPC_FORMAT = noClasses()
            .that()
            .resideOutsideOfPackage("io.forebay.arrow..")
            .and()
            .doNotHaveSimpleName("WriterSchema") // looks for notes of Arrow's writers in Parquet files
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "org.apache.arrow.flatbuf..", "com.google.flatbuffers..", "org.apache.commons.compress..");

    @ArchTest
    static final ArchRule ONE_PLACE_IMPORTS_ONNX_RUNTIME = noClasses()
            .that()
            .resideOutsideOfPackage("io.forebay.onnx..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("ai.onnxruntime..");

    @ArchTest
    static final ArchRule ONE_PLACE_IMPORTS_DJL = noClasses()
            .that()
            .resideOutsideOfPackage("io.forebay.djl..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("ai.djl..");

    @ArchTest
    static final ArchRule ONE_PLACE_IMPORTS_JNA = noClasses()
            .that()
            .resideOutsideOfPackage("io.forebay.nvml..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("com.sun.jna..");

    @ArchTest
    static final ArchRule ONE_PLACE_IMPORTS_THE_AWS_SDK = noClasses()
            .that()
            .resideOutsideOfPackage("io.forebay.s3..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("software.amazon..");

    @ArchTest
    static final ArchRule ONE_CLASS_TOUCHES_MEMORY_UNCHECKED = noClasses()
            .that()
            .doNotHaveFullyQualifiedName("io.forebay.internal.memory.RawMemory")
            .should()
            .dependOnClassesThat(nameMatching("sun\\.misc\\.Unsafe|.*\\.MemoryUtil"));

    @ArchTest
    static final ArchRule ONE_CLASS_OF_EACH_PART_LOADS_SERVICES = noClasses()
            .that()
            .doNotHaveFullyQualifiedName("io.forebay.internal.Services")
            .and()
            .doNotHaveFullyQualifiedName("io.forebay.inference.Engines")
            .should()
            .dependOnClassesThat()
            .areAssignableTo(ServiceLoader.class);

    @ArchTest
    static final ArchRule THE_LIBRARY_DOES_NOT_PRINT_OR_EXIT = noClasses()
            .that()
            .resideOutsideOfPackage("io.forebay.cli..")
            .should()
            .accessField(System.class, "out")
            .orShould()
            .accessField(System.class, "err")
            .orShould()
            .callMethod(System.class, "exit", int.class)
            .orShould()
            .callMethod(Throwable.class, "printStackTrace");

    @ArchTest
    static final ArchRule THE_SPI_DOES_NOT_SPEAK_JSON = noClasses()
            .that()
            .resideInAPackage("io.forebay.spi..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("com.fasterxml..");

    @ArchTest
    static final ArchRule PUBLIC_SIGNATURES_NAME_NOTHING_INTERNAL = classes()
            .that()
            .resideOutsideOfPackage(INTERNAL)
            .and()
            .arePublic()
            .should(nameOnly(resideOutsideOfPackage(INTERNAL)));

    /**
     * Applications see Java, Arrow and Forebay; every other library can be replaced. Except where Forebay is a part of the other: what
     * DJL trains on is a data set of DJL's.
     */
    @ArchTest
    static final ArchRule PUBLIC_SIGNATURES_NAME_NO_OTHER_LIBRARY = classes()
            .that()
            .resideOutsideOfPackages(INTERNAL, "io.forebay.cli..", "io.forebay.benchmarks..")
            .and()
            .doNotHaveFullyQualifiedName(STREAMED_DATASET)
            .and()
            .arePublic()
            .should(nameOnly(resideInAnyPackage("", "java..", "io.forebay..", "org.apache.arrow..")));

    @ArchTest
    static final ArchRule THE_DATA_SET_OF_DJL_NAMES_DJL_ALONE = classes()
            .that()
            .haveFullyQualifiedName(STREAMED_DATASET)
            .should(nameOnly(resideInAnyPackage("", "java..", "io.forebay..", "ai.djl..")));

    /** Words that Kotlin or Scala reserve, so that callers there need no backquotes. */
    @ArchTest
    static final ArchRule PUBLIC_METHODS_CAN_BE_CALLED_FROM_OTHER_LANGUAGES = noMethods()
            .that()
            .arePublic()
            .and()
            .areDeclaredInClassesThat()
            .resideOutsideOfPackages(INTERNAL, "io.forebay.cli..")
            .should()
            .haveNameMatching("as|fun|given|in|is|match|object|type|val|var|when|with|yield");

    private static ArchCondition<JavaClass> nameOnly(DescribedPredicate<JavaClass> allowed) {
        return new ArchCondition<>("name only types that " + allowed.getDescription() + " in public signatures") {
            @Override
            public void check(JavaClass type, ConditionEvents events) {
                type.getMembers().stream()
                        .filter(ArchitectureTest::isVisible)
                        .filter(member -> !involved(member).stream().allMatch(allowed))
                        .forEach(member -> events.add(SimpleConditionEvent.violated(member, member.getDescription())));
            }
        };
    }

    private static boolean isVisible(JavaMember member) {
        return member.getModifiers().contains(JavaModifier.PUBLIC)
                || member.getModifiers().contains(JavaModifier.PROTECTED);
    }

    private static Set<JavaClass> involved(JavaMember member) {
        return member.getAllInvolvedRawTypes().stream()
                .filter(type -> !type.equals(member.getOwner()))
                .collect(Collectors.toSet());
    }
}
