// SPDX-License-Identifier: Apache-2.0
/** The command line, over the public API alone. */
package io.forebay.cli;
