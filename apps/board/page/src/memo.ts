import { Component, createElement, type FunctionComponent } from 'preact';

/** The component is drawn again only when a property is another object: entities are never changed in place. */
export function memo<P extends object>(view: FunctionComponent<P>) {
  return class Memo extends Component<P> {
    override shouldComponentUpdate(next: Readonly<P>): boolean {
      const now = this.props;
      return (Object.keys(next) as (keyof P)[]).some((key) => next[key] !== (now as P)[key]);
    }
    override render() {
      return createElement(view, this.props as P);
    }
  };
}
