package slipway.backup;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import slipway.backup.Replacement.DoesNotDo;
import slipway.backup.domain.RestoreCommand.RecordFailure;

/// The end of a restore of which something did not do: everything that went in goes back, the last first. What does not go back is for a person, who
/// is told what to do.
final class GoingBack {

    private static final Logger LOG = LoggerFactory.getLogger(GoingBack.class);

    private GoingBack() {}

    static RecordFailure of(List<Replacement> all, String why) throws InterruptedException {
        List<String> reasons = new ArrayList<>(List.of(why));
        List<Replacement> stuck = new ArrayList<>();
        for (Replacement each : all.reversed()) {
            try {
                each.goBack();
            } catch (DoesNotDo e) {
                LOG.error("{}", e.getMessage());
                reasons.add(e.getMessage());
                stuck.add(each);
            }
        }
        return new RecordFailure(
                reasons,
                stuck.isEmpty()
                        ? allBack(all)
                        : stuck.stream().map(Replacement::byHand).collect(Collectors.joining("; ")));
    }

    private static String allBack(List<Replacement> all) {
        String useless = all.stream()
                .flatMap(each -> each.useless().stream())
                .map(Path::toString)
                .collect(Collectors.joining(", "));
        String none = all.stream()
                .filter(Replacement::hadNothing)
                .map(each -> each.item().name())
                .collect(Collectors.joining(", "));
        return (all.stream().allMatch(Replacement::hadNothing)
                        ? "nothing is live, as before the restore"
                        : "the data from before the restore are live again" + (none.isEmpty() ? "" : "; of " + none + " there were none"))
                + (useless.isEmpty() ? "" : "; the restored ones are in " + useless);
    }
}
