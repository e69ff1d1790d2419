// Preloaded into every command (`node -r`): an older Node says in one line which one is needed, before it meets a file that
// it cannot read. So this is JavaScript, of a kind that every Node knows.
var needed = require('../package.json').engines.node.replace('>=', '');

function isOlder(version, than) {
  var left = version.split('.');
  var right = than.split('.');
  for (var i = 0; i < 3; i += 1) {
    var difference = parseInt(left[i], 10) - parseInt(right[i], 10);
    if (difference !== 0) return difference < 0;
  }
  return false;
}

if (isOlder(process.version.replace('v', ''), needed)) {
  console.error(
    'Node ' +
      needed +
      ' or newer is needed, and ' +
      process.execPath +
      ' is ' +
      process.version +
      '. Install it: https://nodejs.org/en/download',
  );
  process.exit(1);
}
