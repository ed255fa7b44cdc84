// memo draws a component again only when one of its props is another: a row whose line did not change is left alone.

import { Component, type FunctionComponent, type JSX } from 'preact';

export function memo<P extends object>(View: FunctionComponent<P>) {
  return class Memo extends Component<P> {
    shouldComponentUpdate(next: Readonly<P>) {
      for (const name of Object.keys({ ...this.props, ...next }) as (keyof P)[]) if (this.props[name] !== next[name]) return true;
      return false;
    }

    render(props: P): JSX.Element {
      return <View {...props} />;
    }
  };
}
