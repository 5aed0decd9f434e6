package slipway.backup;

import java.util.List;
import java.util.Map;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import slipway.backup.recipe.Parameter;
import slipway.backup.recipe.Recipe;
import slipway.backup.recipe.Tier;

/// What can be backed up.
@RestController
@RequestMapping("/recipes")
class RecipeController {

    private final RecipeBook recipes;

    RecipeController(RecipeBook recipes) {
        this.recipes = recipes;
    }

    /// @param systems that it is for, and how far it is proven with each
    record Line(String id, int version, String category, Map<String, Tier> systems, List<Parameter> parameters) {}

    @GetMapping
    List<Line> list() {
        return recipes.all().stream().map(RecipeController::line).toList();
    }

    private static Line line(Recipe recipe) {
        return new Line(recipe.id(), recipe.version(), recipe.category(), recipe.systems(), recipe.parameters());
    }
}
