// Only the first member initiates, and only when mongod itself says that its data knows no replica set: what was
// initiated before answers otherwise, also after a restart. All others wait until somebody adds them.
const { MEMBER, POD_NAME } = process.env;

function isInitiated() {
  try {
    return rs.status().ok === 1;
  } catch (error) {
    if (error.codeName === 'NotYetInitialized') return false;
    throw error;
  }
}

if (POD_NAME.endsWith('-0') && !isInitiated()) {
  rs.initiate({ _id: 'rs0', members: [{ _id: 0, host: MEMBER }] });
  print(`initiated the replica set rs0 with ${MEMBER}`);
}

const serves = ({ isWritablePrimary, secondary }) => isWritablePrimary || secondary;
while (!serves(db.hello())) sleep(200);
print(`${MEMBER} is a member that serves`);
