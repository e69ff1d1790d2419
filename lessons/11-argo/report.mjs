/** What is in the store. */
const response = await fetch('http://store/products');
const skus = (await response.text()).split('\n').filter(Boolean);
console.log(`tonight: ${skus.length} products`);
