// SPDX-License-Identifier: Apache-2.0
/** TorchScript models on PyTorch, through DJL. */
package io.forebay.djl;
