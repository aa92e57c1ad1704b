const { Segmenter } = Intl;

/**
 * An Intl.Segmenter that is made when it is first used: the first takes 9 ms and 2 MB, and most of what a cluster
 * names is ASCII. build.js puts it in the place of every `Intl.Segmenter`: five libraries make one while loading.
 */
export class LazySegmenter {
  #given;
  #segmenter = null;

  constructor(...given) {
    this.#given = given;
  }

  segment(text) {
    this.#segmenter ??= new Segmenter(...this.#given);
    return this.#segmenter.segment(text);
  }
}
