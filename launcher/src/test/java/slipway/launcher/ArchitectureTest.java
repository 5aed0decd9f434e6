package slipway.launcher;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZonedDateTime;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import slipway.events.Topics;

/// Where things may live. Arrows only point down: launcher → services → messaging → schemas; inside a service, service →
/// domain; no service knows another's code.
@AnalyzeClasses(
        packages = "slipway",
        importOptions = {ImportOption.DoNotIncludeTests.class, ArchitectureTest.NoTestJars.class})
class ArchitectureTest {

    /// In a whole build, messaging's test classes come as a jar, which looks like any other.
    static final class NoTestJars implements ImportOption {

        @Override
        public boolean includes(Location location) {
            return !location.contains("-tests.jar");
        }
    }

    private static final String[] SERVICES = {
        "slipway.change..", "slipway.release..", "slipway.backup..", "slipway.notification..", "slipway.audit.."
    };

    /// Packages of rules: the domain, and what it leans on.
    private static final String[] PURE = {
        "slipway.*.domain..",
        "slipway.change.calendar..",
        "slipway.change.policy..",
        "slipway.change.hindsight..",
        "slipway.release.analysis.."
    };

    @ArchTest
    static final ArchRule the_domain_knows_only_itself_and_the_language = classes()
            .that()
            .resideInAnyPackage(PURE)
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(
                    "slipway.*.domain..",
                    "slipway.change.calendar..",
                    "slipway.change.policy..",
                    "slipway.change.hindsight..",
                    "slipway.release.analysis..",
                    // Languages that rules are written in: CEL, regular expressions.
                    "dev.cel..",
                    "com.google.common..",
                    "com.google.re2j..",
                    "slipway.decider..",
                    "java.lang..",
                    "java.util..",
                    "java.time..",
                    "java.math..",
                    "java.net",
                    "java.nio",
                    "java.nio.charset..",
                    "java.security..",
                    "org.jspecify..");

    @ArchTest
    static final ArchRule the_domain_has_no_clock = noClasses()
            .that()
            .resideInAnyPackage(PURE)
            .should()
            .callMethod(Instant.class, "now")
            .orShould()
            .dependOnClassesThat()
            .areAssignableTo(Clock.class)
            .orShould()
            .callMethod(System.class, "currentTimeMillis")
            .orShould()
            .callMethod(System.class, "nanoTime")
            .orShould()
            .callMethod(LocalDate.class, "now")
            .orShould()
            .callMethod(OffsetDateTime.class, "now")
            .orShould()
            .callMethod(ZonedDateTime.class, "now")
            .orShould()
            .callMethod(UUID.class, "randomUUID")
            .orShould()
            .callMethod(Math.class, "random");

    /// Whoever adds a service adds it here, and is held to what holds for all.
    @ArchTest
    static void every_service_is_held_to_these_rules(JavaClasses classes) {
        List<String> services = classes.stream()
                .filter(each -> each.isAnnotatedWith(SpringBootApplication.class))
                .map(each -> each.getPackageName() + "..")
                .toList();
        assertThat(services).containsExactlyInAnyOrder(SERVICES);
    }

    /// Names that are written down twice agree.
    @Test
    void the_ledger_hears_every_fact() throws IOException {
        String audit = Files.readString(Path.of("../audit-service/src/main/resources/audit-service.yml"));
        assertThat(audit).contains("listens: " + String.join(",", Topics.FACTS));
    }

    @ArchTest
    static void no_service_knows_another(JavaClasses classes) {
        for (String service : SERVICES) {
            String[] others = Arrays.stream(SERVICES)
                    .filter(other -> !other.equals(service))
                    .toArray(String[]::new);
            noClasses()
                    .that()
                    .resideInAPackage(service)
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(others)
                    .check(classes);
        }
    }

    @ArchTest
    static final ArchRule services_know_the_launcher_as_little = noClasses()
            .that()
            .resideOutsideOfPackage("slipway.launcher..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("slipway.launcher..");

    @ArchTest
    static final ArchRule the_core_knows_no_service = noClasses()
            .that()
            .resideInAnyPackage("slipway.decider..", "slipway.messaging..", "slipway.wire..", "slipway.http..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(SERVICES);

    @ArchTest
    static final ArchRule the_contract_knows_nobody = noClasses()
            .that()
            .resideInAPackage("slipway.events..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("slipway.messaging..", "slipway.wire..", "slipway.http..", "slipway.decider..");

    /// audit-service alone reads the log itself: replaying it past the inbox is what it is for.
    @ArchTest
    static final ArchRule services_do_not_talk_to_kafka = noClasses()
            .that()
            .resideInAnyPackage(
                    "slipway.change..", "slipway.release..", "slipway.backup..", "slipway.notification..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("org.apache.kafka..", "org.springframework.kafka..", "org.springframework.cloud..");

    @ArchTest
    static final ArchRule nothing_is_called_by_its_layer = noClasses()
            .should()
            .resideInAnyPackage("..util..", "..controller..", "..service..", "..repository..", "..dto..", "..impl..")
            .orShould()
            .haveSimpleNameEndingWith("Impl")
            .orShould()
            .haveSimpleNameEndingWith("Utils");

    @ArchTest
    static final ArchRule no_process_is_started_by_one_string = noClasses()
            .should()
            .callMethod(Runtime.class, "exec", String.class)
            .because("arguments are lists, never strings for a shell to take apart");
}
