// SPDX-License-Identifier: Apache-2.0
package io.forebay;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

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
import io.forebay.internal.Services;
import io.forebay.internal.memory.RawMemory;
import java.util.Set;

/** The arrows between packages that the core allows. */
@AnalyzeClasses(packages = "io.forebay", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
    private static final String INTERNAL = "io.forebay..internal..";

    @ArchTest
    static final ArchRule coreKnowsNoLoaderAndNoEngine = noClasses()
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "io.forebay.parquet..", "io.forebay.inference..", "io.forebay.onnx..", "org.apache.parquet..");

    @ArchTest
    static final ArchRule oneClassCallsServiceLoader = noClasses()
            .that()
            .doNotBelongToAnyOf(Services.class)
            .should()
            .dependOnClassesThat()
            .belongToAnyOf(java.util.ServiceLoader.class);

    @ArchTest
    static final ArchRule oneClassTouchesMemoryUnchecked = noClasses()
            .that()
            .doNotBelongToAnyOf(RawMemory.class)
            .should()
            .dependOnClassesThat(nameMatching("sun\\.misc\\.Unsafe|.*\\.MemoryUtil"));

    @ArchTest
    static final ArchRule jsonStaysInside = noClasses()
            .that(resideInAPackage("io.forebay.spi.."))
            .should()
            .dependOnClassesThat()
            .resideInAPackage("com.fasterxml..");

    @ArchTest
    static final ArchRule libraryCodeNeitherPrintsNorExits = noClasses()
            .should()
            .accessField(System.class, "out")
            .orShould()
            .accessField(System.class, "err")
            .orShould()
            .callMethod(System.class, "exit", int.class)
            .orShould()
            .callMethod(Throwable.class, "printStackTrace");

    @ArchTest
    static final ArchRule publicSignaturesNameNothingInternal =
            classes().that().resideOutsideOfPackage(INTERNAL).and().arePublic().should(nameOnlyPublicTypes());

    private static ArchCondition<JavaClass> nameOnlyPublicTypes() {
        return new ArchCondition<>("name only public types in the signatures of public members") {
            @Override
            public void check(JavaClass type, ConditionEvents events) {
                type.getMembers().stream()
                        .filter(ArchitectureTest::isVisible)
                        .filter(member -> involved(member).stream().anyMatch(resideInAPackage(INTERNAL)))
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
                .collect(java.util.stream.Collectors.toSet());
    }
}
