package slipway.backup;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import slipway.backup.domain.Coverage;
import slipway.backup.domain.Coverage.Covering;
import slipway.backup.domain.Coverage.Standing;
import slipway.backup.recipe.Category;
import slipway.backup.recipe.Item;
import slipway.http.Refusal;

/// What a plan covers. 404: no such plan.
@RestController
@RequestMapping("/plans")
class CoverageController {

    private final Plans plans;
    private final Checking checking;

    CoverageController(Plans plans, Checking checking) {
        this.plans = plans;
        this.checking = checking;
    }

    enum Word {
        COVERED,
        NOT_APPLICABLE,
        OPEN
    }

    /// @param items of the plan that cover it
    /// @param by who said that there is nothing to cover, and why; null: nobody
    record Line(
            String configurationItem,
            String category,
            Word standing,
            List<String> items,
            @Nullable String by,
            @Nullable String reason) {}

    @GetMapping
    Set<String> list() {
        return plans.names();
    }

    /// @param asked configuration items; none: those that somebody said something about
    @GetMapping("/{plan}/coverage")
    List<Line> coverage(
            @PathVariable String plan,
            @RequestParam(name = "configurationItem", required = false) @Nullable List<String> asked) {
        Optional<List<Item>> items = plans.items(plan);
        if (items.isEmpty()) {
            throw Refusal.unknown("there is no backup plan " + plan);
        }
        Coverage coverage = plans.coverage();
        List<Covering> covering = checking.covering(items.get());
        List<Line> lines = new ArrayList<>();
        for (String each : asked == null ? coverage.configurationItems() : asked) {
            for (String category : Category.words()) {
                lines.add(line(each, category, coverage.standing(each, category, covering)));
            }
        }
        return lines;
    }

    private static Line line(String of, String category, Standing standing) {
        return switch (standing) {
            case Standing.Covered(var items) -> new Line(of, category, Word.COVERED, items, null, null);
            case Standing.Exempted(Coverage.Exemption(var by, var reason)) ->
                new Line(of, category, Word.NOT_APPLICABLE, List.of(), by, reason);
            case Standing.Open _ -> new Line(of, category, Word.OPEN, List.of(), null, null);
        };
    }
}
