// SPDX-License-Identifier: Apache-2.0
/** What formats, storages and sinks implement. */
package io.forebay.spi;
