package slipway.messaging;

/// What an effect needs is somebody else's for now. To wait for it is no failure: the job is tried again every second, and health
/// says nothing of it.
public class NotYet extends Exception {

    public NotYet(String reason) {
        super(reason);
    }
}
