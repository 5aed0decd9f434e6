package slipway.launcher.local;

import java.util.List;
import slipway.launcher.local.Ports.For;

/// Where things answer.
public interface Addresses {

    /// One or more, over HTTP; not all of them need to be there.
    List<String> urls(For whom);

    /// The first one.
    default String url(For whom) {
        return urls(whom).getFirst();
    }

    /// `host:port` of the first one.
    String address(For whom);
}
