package slipway.change.policy;

import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.CelIssue;
import dev.cel.common.CelValidationException;
import dev.cel.common.CelValidationResult;
import dev.cel.compiler.CelCompiler;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// How faults of an expression in somebody's file are told.
public final class Checked {

    private Checked() {}

    /// @param faults gets each fault as `where: line:column what`
    /// @return null when there are faults
    public static @Nullable CelAbstractSyntaxTree tree(CelCompiler compiler, String where, String text, List<String> faults) {
        CelValidationResult result = compiler.compile(text);
        if (result.hasError()) {
            for (CelIssue issue : result.getErrors()) {
                faults.add(where + ": " + issue.getSourceLocation().getLine() + ":"
                        + (issue.getSourceLocation().getColumn() + 1) + " " + issue.getMessage());
            }
            return null;
        }
        try {
            return result.getAst();
        } catch (CelValidationException e) {
            faults.add(where + ": " + e.getMessage());
            return null;
        }
    }
}
