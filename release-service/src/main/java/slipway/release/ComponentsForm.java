package slipway.release;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import slipway.http.Form;
import slipway.release.domain.ByComponent;
import slipway.release.domain.Component;
import slipway.release.domain.ReleaseEvent.ReleasePlanned;
import slipway.release.domain.Stage;

/// What a plan pins: of each component what it has to be, and what it replaces.
final class ComponentsForm {

    private final ReleasePlanned plan;
    private final Catalogue catalogue;
    private final List<Stage> stages;

    private ComponentsForm(ReleasePlanned plan, Catalogue catalogue, List<Stage> stages) {
        this.plan = plan;
        this.catalogue = catalogue;
        this.stages = stages;
    }

    /// Its fields, where nobody knows the plan that they are about.
    static void known(Form form) {
        form.known(List.of("name", "version", "digest", "previousDigest", "reference"));
    }

    /// @param forms as they are written
    /// @param plan as the change has it of its own
    /// @param stages as the plan that is written has them
    static List<Component> read(List<Form> forms, ReleasePlanned plan, Catalogue catalogue, List<Stage> stages) {
        return new ComponentsForm(plan, catalogue, stages).components(forms);
    }

    /// What is released, in the order of the catalogue; what is not written is as it was seen and approved.
    private List<Component> components(List<Form> forms) {
        Map<String, Component> parts = plan.parts();
        List<String> names = plan.components().stream().map(Component::name).toList();
        Map<String, Form> written = new LinkedHashMap<>();
        for (Form each : forms) {
            // Whose they are or not: what is wrong with them is told.
            expect(each, "version", plan.components().getFirst().version());
            sha256(each, "digest");
            sha256(each, "previousDigest");
            known(each);
            // Of a single one the name may be left out.
            String name = names.size() == 1 && !each.has("name") ? names.getFirst() : CatalogueFile.needed(each, "name");
            if (!name.isEmpty() && !names.contains(name)) {
                each.fault("name", "'" + name + "' is none of " + names);
            } else if (written.putIfAbsent(name, each) != null) {
                each.fault("name", name + " is there twice");
            }
        }
        List<Component> components = new ArrayList<>();
        parts.forEach((part, seen) -> {
            // What runs was seen as the catalogue's own deployer sees it, and another one moves something else.
            Component usual = switched(part) ? pinned(seen, seen.digest(), null, seen.reference()) : seen;
            String approved = parts.size() == 1 ? plan.pinnedDigest() : null;
            Form form = written.get(seen.name());
            components.add(
                    form == null ? pinned(usual, approved, null, null) : component(form, part, usual, approved));
        });
        return components;
    }

    /// @param approved the only digest that it may have; null: any
    private Component component(
            Form written, String part, Component usual, @Nullable String approved) {
        String digest = written.optionalText("digest");
        String previous = written.optionalText("previousDigest");
        if (digest != null && approved != null && !digest.equals(approved)) {
            written.fault("digest", "approved is " + approved);
        }
        if (previous != null && usual.previousDigest() != null && !previous.equals(usual.previousDigest())) {
            written.fault("previousDigest", "what runs is " + usual.previousDigest());
        }
        return pinned(usual, digest == null ? approved : digest, previous, reference(written, part));
    }

    private boolean switched(String part) {
        return !stages.isEmpty()
                && catalogue
                        .environment(plan.service(), stages.getLast().environment())
                        .filter(each -> !deployer(each.stage(), part).equals(deployer(stages.getLast(), part)))
                        .isPresent();
    }

    private static Optional<String> deployer(Stage stage, String part) {
        return ByComponent.read(stage.deployer()).of(part);
    }

    private static Component pinned(
            Component usual, @Nullable String digest, @Nullable String previous, @Nullable String reference) {
        return new Component(usual.name(), usual.version(), previous, digest, reference);
    }

    private @Nullable String reference(Form written, String part) {
        String reference = written.optionalText("reference");
        Optional<Catalogue.Source> source =
                catalogue.service(plan.service()).map(delivery -> delivery.components().get(part));
        if (reference != null && source.isPresent()) {
            String image = source.get().image();
            if (image == null) {
                written.fault("reference", "only an image is had from elsewhere, and this is a package of ours");
            } else if (!reference.equals(image)) {
                written.fault("reference", "the catalogue has " + image);
            }
        }
        return reference;
    }

    private static void expect(Form written, String field, String approved) {
        String text = written.optionalText(field);
        if (text != null && !text.equals(approved)) {
            written.fault(field, "approved is " + approved + ", not '" + text + "'");
        }
    }

    private static void sha256(Form written, String field) {
        String digest = written.optionalText(field);
        if (digest != null && !digest.matches("sha256:[0-9a-f]{64}")) {
            written.fault(field, "'" + digest + "' is no sha256:<64 hexadecimal digits>");
        }
    }
}
