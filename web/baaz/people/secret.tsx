// What is told once: a link, a token. It stands there to be copied, and is gone when the dialog is closed.

import { useSignal } from '@preact/signals';
import { useRef } from 'preact/hooks';
import { Icon } from '../../kit/icons';
import { Button } from '../../kit/pieces';
import { Dialog } from '../pieces';
import { t } from '../texts';

export interface OnceProps { title: string; about: string; secret: string; close: () => void; test: string }

export function Once({ title, about, secret, close, test }: OnceProps) {
  const box = useRef<HTMLInputElement>(null);
  const copied = useSignal(false);
  const copy = async () => {
    box.current!.select();
    try {
      await navigator.clipboard.writeText(secret);
    } catch {
      if (!document.execCommand('copy')) return; // without TLS there is no other way
    }
    copied.value = true;
  };
  return (
    <Dialog title={title} close={close} firm test={test}>
      <p>{about}</p>
      <label class="field"><span class="field-label">{t('once.label')}</span>
        <span class="field-box"><input ref={box} class="is-code" readOnly value={secret} data-test={test + '-secret'} onFocus={(e) => e.currentTarget.select()} /></span></label>
      <div class="notice is-warn"><Icon name="warning" /><div>{t('once.warning')}</div></div>
      <div class="dialog-foot">
        <Button label={copied.value ? t('once.copied') : t('once.copy')} icon={copied.value ? 'check' : undefined} kind="primary" test={test + '-copy'} press={() => void copy()} />
        <Button label={t('do.close')} test={test + '-close'} press={close} />
      </div>
    </Dialog>
  );
}
