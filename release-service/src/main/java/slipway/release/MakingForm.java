package slipway.release;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import slipway.http.Form;
import slipway.release.domain.CommitRange;
import slipway.release.domain.Making;
import slipway.release.domain.PlannedCommand;

/// What builds and tests a package, as the catalogue and plans write it.
final class MakingForm {

    /// Nothing that a program could take for an option.
    private static final Pattern REVISION = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._/+-]{0,199}");

    private static final long PATIENCE_SECONDS = 600;
    static final long LONGEST_SECONDS = 24 * 3600;

    private MakingForm() {}

    /// @param programs that may be run
    /// @param several whether the service has several components, which the build leaves each in a folder of its own
    /// @param own tests that always run, and run first: a plan adds to them, so it cannot make a package pass that they fail
    static Making read(Form form, List<String> programs, List<PlannedCommand> own, boolean several) {
        PlannedCommand build = null;
        String output = null;
        if (form.has("build")) {
            Form part = form.part("build");
            output = within(part, "output", CatalogueFile.needed(part, "output"));
            build = command(part, "build", programs);
            if (several && !output.contains("{component}")) {
                part.fault("output", "'" + output + "' has no {component} in it, and each component has a folder of its own");
            }
        }
        List<PlannedCommand> tests = new ArrayList<>(own);
        for (Form part : form.parts("tests")) {
            String name = CatalogueFile.needed(part, "name");
            if (tests.stream().anyMatch(each -> each.name().equals(name))) {
                part.fault("name", name + " is there twice");
            }
            tests.add(command(part, name, programs));
        }
        return new Making(build, output, tests, form.has("commits") ? commits(form.part("commits")) : null);
    }

    private static PlannedCommand command(Form form, String name, List<String> programs) {
        List<String> argv = form.texts("argv");
        if (argv.isEmpty()) {
            form.fault("argv", "is missing: program and arguments, as a list");
        } else if (!programs.contains(argv.getFirst())) {
            form.fault("argv", argv.getFirst() + " may not be run; the catalogue allows " + programs);
        }
        long seconds = form.has("timeoutSeconds") ? form.number("timeoutSeconds") : PATIENCE_SECONDS;
        if (seconds < 1 || seconds > LONGEST_SECONDS) {
            form.fault("timeoutSeconds", "a number from 1 to " + LONGEST_SECONDS + " is needed");
        }
        String report = form.optionalText("report");
        return new PlannedCommand(
                name, argv, seconds, report == null ? null : within(form, "report", report));
    }

    /// A path inside of the workshop.
    private static String within(Form form, String field, String path) {
        if (path.startsWith("/") || List.of(path.split("/")).contains("..")) {
            form.fault(field, "'" + path + "' leads out of the workshop");
        }
        return path;
    }

    private static CommitRange commits(Form form) {
        return new CommitRange(revision(form, "from"), revision(form, "to"));
    }

    private static String revision(Form form, String field) {
        String revision = CatalogueFile.needed(form, field);
        if (!revision.isEmpty() && !REVISION.matcher(revision).matches()) {
            form.fault(field, "'" + revision + "' is no revision");
        }
        return revision;
    }
}
