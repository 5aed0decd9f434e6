package slipway.notification;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/// Who was told what; for every signed-in person.
@RestController
class NotificationController {

    private final Notifications notifications;

    NotificationController(Notifications notifications) {
        this.notifications = notifications;
    }

    /// Newest first.
    ///
    /// @param change only those of this change, or of all
    /// @param fact only those of this fact, or of all
    @GetMapping("/notifications")
    List<Notifications.Line> notifications(
            @RequestParam(required = false) @Nullable String change, @RequestParam(required = false) @Nullable String fact) {
        return notifications.list(change, fact);
    }
}
