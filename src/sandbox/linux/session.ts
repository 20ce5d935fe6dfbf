import type { SandboxOptions } from '../types.js';
import { proxyEnvironment } from './proxied.js';
import { proxyPorts } from './proxy.js';

/**
 * What runs inside the sandbox as the account before any application: session bus, accessibility
 * bus, window manager. The script is not ours to trust later: the application under test runs with
 * the same rights and may end any of it, which ends the test as blocked.
 */

/** A bus that admits the desktop process, which has another uid; who reaches the socket is decided by its directory. */
function busConfiguration(options: {
  readonly type: 'session' | 'accessibility';
  readonly services: string;
}): string {
  const { type, services } = options;
  return `<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN" "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>${type}</type>
  <keep_umask/>
  <listen>unix:path=/run/bus/${type}</listen>
  <auth>EXTERNAL</auth>
  ${services}
  <policy context="default">
    <allow user="*"/>
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
`;
}

export const busConfig = busConfiguration({ type: 'session', services: '<standard_session_servicedirs/>' });

/** Takes the place of at-spi2-core's own file, which admits nobody but the account and root. */
export const accessibilityConfig = busConfiguration({
  type: 'accessibility',
  services: '<servicedir>/usr/share/dbus-1/accessibility-services</servicedir>',
});

/** Nothing moves by itself, so that a still screen means that the application has nothing more to show. */
export const toolkitSettings = `[Settings]
gtk-enable-animations=false
gtk-cursor-blink=false
`;

/**
 * Descriptor 3 reports `bus` once both buses answer, and is open as long as the session lasts; descriptor 4
 * delivers a line once the X server is ready. The buses do not need X, so they start beside it; what they start
 * later on request gets the session's own variables through UpdateActivationEnvironment. Qt looks for the
 * accessibility bus at the root window first; its other way, over the session bus, fails at times (Qt 5.15: half
 * of the starts of an application).
 */
export function sessionScript({ keyboard = 'us' }: Pick<SandboxOptions, 'keyboard'>): string {
  const [, layout = 'us', , variant] = /^([a-z]+)(\(([^)]*)\))?$/.exec(keyboard) ?? [];
  // The second group has the letters of shortcuts where the layout has none: Chromium takes them from no other key.
  const setLayout =
    layout === 'us'
      ? variant === undefined
        ? ':'
        : `setxkbmap -layout us -variant '${variant}'`
      : `setxkbmap -layout ${layout},us -variant '${variant ?? ''},'`;
  return `set -e
call() { dbus-send --print-reply=literal "$@" >&2; }
bus_environment="dict:string:string:XDG_RUNTIME_DIR,$XDG_RUNTIME_DIR,DISPLAY,$DISPLAY"
env -u DISPLAY XDG_RUNTIME_DIR=/run/bus dbus-daemon --config-file=/run/codex-test/session.conf \
  --fork --nopidfile --nosyslog 3>&- 4<&-
call --session --dest=org.a11y.Bus /org/a11y/bus org.a11y.Bus.GetAddress
for bus in session at-spi/bus; do
  call --bus=unix:path=/run/bus/$bus --dest=org.freedesktop.DBus /org/freedesktop/DBus \
    org.freedesktop.DBus.UpdateActivationEnvironment "$bus_environment"
done
echo bus >&3
read -r ready <&4
exec 4<&-
${setLayout}
xprop -root -f AT_SPI_BUS 8s -set AT_SPI_BUS unix:path=/run/bus/at-spi/bus
openbox --sm-disable 3>&-
`;
}

/** Variables of every process of the session. */
export function sessionEnvironment(account: {
  readonly name: string;
  readonly uid: number;
  readonly options: SandboxOptions;
}): Record<string, string> {
  const { locale, timezone = 'UTC', theme = 'light', scale = 100, env = {} } = account.options;
  const { network, localhost = [] } = account.options;
  return {
    HOME: `/home/${account.name}`,
    USER: account.name,
    LOGNAME: account.name,
    SHELL: '/bin/sh',
    PATH: '/usr/local/bin:/usr/bin:/bin:/usr/games',
    LANG: locale,
    TZ: timezone,
    DISPLAY: ':0',
    XAUTHORITY: '/run/codex-test/Xauthority',
    XDG_RUNTIME_DIR: `/run/user/${account.uid}`,
    XDG_SESSION_TYPE: 'x11',
    XDG_CURRENT_DESKTOP: 'X-Generic',
    DBUS_SESSION_BUS_ADDRESS: 'unix:path=/run/bus/session',
    // Accessibility on for every toolkit, see ATK's and Qt's documentation of these variables.
    GTK_MODULES: 'gail:atk-bridge',
    NO_AT_BRIDGE: '0',
    QT_ACCESSIBILITY: '1',
    QT_LINUX_ACCESSIBILITY_ALWAYS_ON: '1',
    GNOME_ACCESSIBILITY: '1',
    GDK_BACKEND: 'x11',
    QT_QPA_PLATFORM: 'xcb',
    // Settings start from the defaults and are never written to a database that outlives the test.
    GSETTINGS_BACKEND: 'memory',
    GTK_USE_PORTAL: '0',
    XDG_CONFIG_DIRS: '/run/codex-test/config:/etc/xdg',
    ...(network === 'online' ? proxyEnvironment(proxyPorts(localhost)) : {}),
    ...(theme === 'dark' ? { GTK_THEME: 'Adwaita:dark' } : {}),
    ...scaling(scale),
    ...env,
  };
}

/** GTK draws at whole multiples and makes up the rest with its font; Qt takes any factor. */
function scaling(percent: number): Record<string, string> {
  if (percent === 100) return {};
  const factor = percent / 100;
  const whole = Math.floor(factor);
  return { GDK_SCALE: String(whole), GDK_DPI_SCALE: String(factor / whole), QT_SCALE_FACTOR: String(factor) };
}
