// SPDX-License-Identifier: Apache-2.0
package io.forebay.inference.internal;

import io.forebay.inference.EngineSession;
import java.util.List;

/** The end of sessions. */
public final class Sessions {
    private Sessions() {}

    /** Closes all of them, whatever fails; then throws the first failure, with the others. */
    public static void closeAll(List<EngineSession> sessions) {
        RuntimeException first = null;
        for (EngineSession session : sessions) {
            try {
                session.close();
            } catch (RuntimeException e) {
                if (first == null) {
                    first = e;
                } else {
                    first.addSuppressed(e);
                }
            }
        }
        if (first != null) {
            throw first;
        }
    }
}
