// SPDX-License-Identifier: Apache-2.0
/** TorchScript models on PyTorch, and training on streams, through DJL. */
package io.forebay.djl;
