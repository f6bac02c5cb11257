// SPDX-License-Identifier: Apache-2.0
/** Arrow IPC files and streams as a format, and as output. */
package io.forebay.arrow;
