// SPDX-License-Identifier: Apache-2.0
package io.forebay.cli;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.util.ServiceLoader;

/** The arrows between modules point one way, and each third-party library stays in its place. */
@AnalyzeClasses(packages = "io.forebay", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
    private static final String[] LOADERS = {"io.forebay.parquet.."};
    private static final String[] INFERENCE = {"io.forebay.inference..", "io.forebay.onnx.."};
    private static final String[] CORE = {"io.forebay", "io.forebay.spi..", "io.forebay.internal.."};

    @ArchTest
    static final ArchRule CORE_KNOWS_NOBODY = noClasses()
            .that()
            .resideInAnyPackage(CORE)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "io.forebay.parquet..", "io.forebay.inference..", "io.forebay.onnx..", "io.forebay.cli..");

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
            .resideInAPackage("io.forebay.onnx..");

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
            .resideInAPackage("io.forebay..internal..");

    @ArchTest
    static final ArchRule ONE_PLACE_IMPORTS_PARQUET = noClasses()
            .that()
            .resideOutsideOfPackage("io.forebay.parquet..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("org.apache.parquet..");

    @ArchTest
    static final ArchRule ONE_PLACE_IMPORTS_ONNX_RUNTIME = noClasses()
            .that()
            .resideOutsideOfPackage("io.forebay.onnx..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("ai.onnxruntime..");

    @ArchTest
    static final ArchRule ONE_CLASS_USES_UNSAFE = noClasses()
            .that()
            .doNotHaveFullyQualifiedName("io.forebay.internal.memory.RawMemory")
            .should()
            .dependOnClassesThat()
            .haveFullyQualifiedName("sun.misc.Unsafe");

    @ArchTest
    static final ArchRule ONE_CLASS_LOADS_SERVICES = noClasses()
            .that()
            .doNotHaveFullyQualifiedName("io.forebay.internal.Services")
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
}
